import { describe, expect, it, vi } from 'vitest'
import { openMidiPorts } from '../../site/src/scripts/instrument/midiPorts.ts'

const listener = { onChange: () => undefined, onGone: () => undefined, onPorts: () => undefined }

describe('openMidiPorts', () => {
  it('says what to do without Web MIDI, and where it is denied', async () => {
    vi.stubGlobal('navigator', {})
    await expect(openMidiPorts(listener)).rejects.toThrow('no Web MIDI: play on the keys of this page')
    vi.stubGlobal('navigator', { requestMIDIAccess: () => Promise.reject(new DOMException('no', 'SecurityError')) })
    await expect(openMidiPorts(listener)).rejects.toThrow('did not allow MIDI: allow it in the page’s settings')
  })
})
