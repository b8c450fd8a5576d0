/** In place on a terminal; else a line each tenth. */
export function progress(what: string, total: number): (done: number) => void {
  let told = 0
  return (done) => {
    const tenth = Math.floor((10 * done) / total)
    if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done}/${total}${done === total ? '\n' : ''}`)
    else if (tenth > told) process.stderr.write(`${what} ${done}/${total}\n`)
    told = tenth
  }
}
