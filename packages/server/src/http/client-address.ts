import type { Context } from 'hono'
import { clientOf } from './identify-client.ts'

/** IP address of whoever sent the request, see `identifyClient`; null when not known. */
export const clientAddress = (c: Context): string | null => clientOf(c).address
