import { resolve } from 'node:path'
import { startAttendance } from './backend/start-attendance.ts'

const attendance = await startAttendance({
  dataDir: resolve(process.env.ATTENDANCE_DATA_DIR ?? './data/attendance'),
  sitePort: Number(process.env.ATTENDANCE_PORT ?? 8090),
  mienPort: Number(process.env.PORT ?? 8080),
})

console.log(`Attendance is ready: ${attendance.origin}
Registration code for a kiosk, good for an hour: ${await attendance.invite()}`)

const stop = async () => {
  await attendance.close()
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
