/**
 * What becomes of somebody's rows when the person is erased. `erased`: they go at once, or are nobody's from then
 * on: no row names the person, nor holds a face or a name of theirs. `kept`: they stay, and are no biometrics. `ends`:
 * they end by themselves, with their session or their time. `nobody`: they are about nobody.
 */
export type TableFate = 'erased' | 'kept' | 'ends' | 'nobody'

/** Every table of the database: what a certificate says is read off here. */
export const tableFates: Readonly<Record<string, TableFate>> = {
  subjects: 'erased',
  faces: 'erased',
  pins: 'erased',
  kept_images: 'erased',
  authenticators: 'erased',
  devices: 'erased',
  passkeys: 'erased',
  recent_probes: 'erased',
  webhook_deliveries: 'erased',
  offline_devices: 'erased',
  offline_faces: 'erased',
  offline_events: 'erased',
  consents: 'kept',
  audit_records: 'kept',
  tombstones: 'kept',
  gallery_changes: 'ends',
  sessions: 'ends',
  session_photos: 'ends',
  challenges: 'ends',
  pending_submissions: 'ends',
  passkey_challenges: 'ends',
  results: 'ends',
  template_digests: 'ends',
  attempts: 'ends',
  idempotent_requests: 'ends',
  offline_snapshots: 'ends',
  offline_tickets: 'ends',
  applications: 'nobody',
  galleries: 'nobody',
  gallery_sizes: 'nobody',
  credentials: 'nobody',
  audit_seals: 'nobody',
  audit_keys: 'nobody',
  rate_windows: 'nobody',
  webhook_endpoints: 'nobody',
  application_keys: 'nobody',
  signing_keys: 'nobody',
  retention_sweeps: 'nobody',
  api_calls: 'nobody',
}

/** In the order in which they stand there. */
export const tablesThatAre = (...fates: readonly TableFate[]): readonly string[] =>
  Object.entries(tableFates).flatMap(([table, fate]) => (fates.includes(fate) ? [table] : []))
