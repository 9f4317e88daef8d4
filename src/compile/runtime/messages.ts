import type { Binding, Elements, LoadOptions, RuntimeBuffer, Session } from "./runtime.ts"

/** What a thread that holds a runtime is told, in the order in which it is to be done. */
export type Command<Options = unknown> =
  | { readonly kind: "start"; readonly options: Options }
  | { readonly kind: "load"; readonly model: Uint8Array; readonly options: LoadOptions | undefined }
  | { readonly kind: "unload"; readonly session: Session }
  | { readonly kind: "write"; readonly buffer: RuntimeBuffer; readonly data: Elements }
  | {
      readonly kind: "run"
      readonly session: Session
      readonly inputs: ReadonlyArray<Binding>
      readonly outputs: ReadonlyArray<Binding>
    }
  | { readonly kind: "read"; readonly request: number; readonly buffer: RuntimeBuffer }
  | { readonly kind: "free"; readonly buffers: ReadonlyArray<RuntimeBuffer> }
  | { readonly kind: "close" }

/** What it answers. An error crosses as its reason, because a copy of it would lose its class. */
export type Reply =
  | { readonly kind: "started"; readonly description: string; readonly notices: ReadonlyArray<string> }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "values"; readonly request: number; readonly data: Elements }
  | { readonly kind: "spoilt"; readonly request: number; readonly reason: string }
  | { readonly kind: "closed" }

/** Sends a message, and with it memory that is no longer the sender's. */
export type Post<Message> = (message: Message, transferred: Array<ArrayBuffer>) => void
