/** In the audio thread: hands over what the microphone hears, block by block, so that nothing is lost while the page is busy. */

declare const currentFrame: number
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void

const BLOCK_SAMPLES = 512

class MicrophoneProcessor extends AudioWorkletProcessor {
  private readonly block = new Float32Array(BLOCK_SAMPLES)
  private filled = 0

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    for (const [n, value] of (input?.[0] ?? []).entries()) {
      this.block[this.filled++] = value
      if (this.filled < BLOCK_SAMPLES) continue
      this.filled = 0
      this.port.postMessage({ samples: this.block.slice(), endFrame: currentFrame + n + 1 })
    }
    return true
  }
}

registerProcessor('microphone', MicrophoneProcessor)
