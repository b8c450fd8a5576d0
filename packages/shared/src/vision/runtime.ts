/**
 * The port to an inference engine. A host (browser worker, Node) implements it; the stages see nothing else of a runtime.
 * Not ONNX Runtime's own `Tensor`: its class differs between the web and the Node package even inside one process.
 */
export interface TensorData {
  /** Row-major. */
  readonly data: Float32Array
  readonly dims: readonly number[]
}

export interface ModelSession {
  /** Outputs are copies: they stay valid after the next run. One run at a time; hosts queue. */
  run(feeds: Readonly<Record<string, TensorData>>): Promise<Readonly<Record<string, TensorData>>>
  release(): Promise<void>
}

/** Opens a session on the bytes of one model file. Rejects with MienError RUNTIME_UNAVAILABLE. */
export type OpenSession = (bytes: Uint8Array, name: string) => Promise<ModelSession>

/** What the stages need of an `AbortSignal`, whose type belongs to hosts. */
export interface CancelSignal {
  throwIfAborted(): void
}
