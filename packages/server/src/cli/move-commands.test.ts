import { Command } from 'commander'
import { afterEach, expect, test, vi } from 'vitest'
import { addMoveCommand } from './move-commands.ts'

afterEach(() => vi.unstubAllEnvs())

const targetOf = async (...words: string[]): Promise<{ moved: string[]; text: string }> => {
  const moved: string[] = []
  let text = ''
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  addMoveCommand(program, {
    async move(to) {
      moved.push(to)
      return []
    },
    write: (part) => {
      text += part
    },
  })
  await program.parseAsync(['move', ...words], { from: 'user' })
  return { moved, text }
}

test('[MV1] where it is moved to may stand in the environment, which is not shown as words are, and is not repeated', async () => {
  await expect(targetOf()).rejects.toThrow('--to')
  vi.stubEnv('MIEN_MOVE_TO', 'postgres://mien:secret@db/mien')
  const { moved, text } = await targetOf()
  expect(moved).toEqual(['postgres://mien:secret@db/mien'])
  expect(text).not.toContain('secret')
  expect((await targetOf('--to', '/data')).moved).toEqual(['/data'])
})
