import { StringDecoder } from 'node:string_decoder'
import { type EndLine, exportLine } from './export-lines.ts'

export interface ExportWatch {
  /** @returns people so far */
  see(chunk: Uint8Array): number
  /** Its last line; undefined while it has not come. */
  end(): EndLine | undefined
}

/** Follows an export by its lines, wherever its chunks are cut. */
export function watchExport(): ExportWatch {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let people = 0
  let last = ''
  return {
    see(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      people += lines.filter((line) => line.startsWith('{"type":"person"')).length
      last = lines.at(-1) ?? last
      return people
    },
    end() {
      if (!last.startsWith('{"type":"end"')) return undefined
      const line = exportLine.parse(JSON.parse(last))
      return line.type === 'end' ? line : undefined
    },
  }
}
