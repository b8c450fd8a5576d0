/** FACEIO's names and values: seconds, minutes for the terms. */
export const defaultTimeouts = { permissionTimeout: 27, termsTimeout: 10, idleTimeout: 27, replyTimeout: 60 } as const
