import type { FrameFeed } from '../camera/frame-feed.ts'
import type { Camera, OpenCameraOptions } from '../camera/open-camera.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { DeviceKeys } from '../storage/device-keys.ts'
import type { LoadOptions } from '../worker/protocol.ts'
import type { VisionHost } from '../worker/vision-host.ts'
import type { BrowserPasskeys } from './browser-passkeys.ts'

/** What a ceremony needs of the world. */
export interface CeremonyPorts {
  readonly publicId: string
  /** `location.origin`; part of what a submission is bound to. */
  readonly origin: string
  readonly vision: Pick<VisionHost, 'call'>
  readonly visionOptions: Omit<LoadOptions, 'pack' | 'attributes'>
  createApi(options: { readonly replyTimeoutMs: number; readonly signal: AbortSignal }): ApiClient
  openCamera(options: OpenCameraOptions): Promise<Camera>
  openFeed(stream: MediaStream, signal: AbortSignal): Promise<FrameFeed>
  /** The person's wish, as the system knows it. */
  prefersReducedMotion(): boolean
  /** Milliseconds of the same clock that frames are stamped with. */
  now(): number
  /** When the screen is drawn next, on the same clock. Never while the page is hidden. Rejects with the signal's reason. */
  nextPaint(signal: AbortSignal): Promise<number>
  /** RFC 3339. */
  timestamp(): string
  /** Whether the browser has passkeys at all. */
  hasPasskeys(): boolean
  /** Fetched when it is wanted. @throws MienError NETWORK_IO */
  openPasskeys(): Promise<BrowserPasskeys>
  /** Where this device's key for the application is kept. */
  openDeviceKeys(): Promise<DeviceKeys>
}
