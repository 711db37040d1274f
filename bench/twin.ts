import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A program of another library that answers one JSON line with another. */
export interface Twin {
  ask<Answer>(request: unknown): Promise<Answer>
  close(): void
}

/** Starts a script of bench/ in bench/.venv, and waits until it is ready; null where that, or what it imports, is not installed. */
export async function openTwin(script: string, args: readonly string[]): Promise<Twin | null> {
  const python = fileURLToPath(new URL('./.venv/bin/python', import.meta.url))
  if (!existsSync(python)) return null
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child: ChildProcessWithoutNullStreams = spawn(python, [path, ...args])
  child.stderr.resume()
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string | null> => {
    const line: IteratorResult<string, undefined> = await lines.next()
    return line.done ? null : line.value
  }
  if ((await next()) === null) return null
  return {
    async ask<Answer>(request: unknown): Promise<Answer> {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const answer = await next()
      if (answer === null) throw new Error(`${script} ended`)
      return JSON.parse(answer) as Answer
    },
    close: () => void child.kill(),
  }
}
