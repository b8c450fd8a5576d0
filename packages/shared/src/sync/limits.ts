const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Numbers of the sync protocol; milliseconds, bytes and counts. See SY and OF in SPEC.md. */
export const syncLimits = {
  /** Of one `POST /v1/sync`. */
  batchEvents: 200,
  batchBytes: 512 * 1024,
  /** That a device holds unused at one time. */
  tickets: 50,
  /** Of a ticket. */
  ticketMs: 72 * hour,
  /** Of one device that wait for the backend: each is kept with its draft until then. */
  quarantinedEvents: 50,
  /** After so long an event is sent again that found no room to wait in. */
  deferMs: hour,
  /** That wait on a device. */
  outboxEvents: 5000,
  /** How long an event may wait. */
  outboxMs: 30 * day,
  /** Faces of one page of a pull. */
  pageFaces: 500,
  /** How long a kiosk recognises people without a pull. */
  kioskMs: 24 * hour,
  /** How long its owner's own device does. */
  ownDeviceMs: 72 * hour,
  /** Whoever has not applied what there was for so long gets no tickets. */
  lagMs: 72 * hour,
  /** By which an honest clock may be off. */
  clockSlackMs: 5 * minute,
  /** How long faces that went are remembered for devices that have not heard of it. */
  tombstoneMs: 30 * day,
} as const
