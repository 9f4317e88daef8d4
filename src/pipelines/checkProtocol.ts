import * as Effect from "effect/Effect"
import { labelSplit } from "../stages/labelSplit.ts"
import { postprocess } from "../stages/postprocess/setting.ts"
import { slice } from "../stages/slice.ts"
import type { StageOptionError } from "../stages/stageOptionError.ts"
import { window } from "../stages/window.ts"
import type { Protocol } from "./protocol.ts"

/** Fails for settings that mean no stage, by making the stages: those after training would tell only then. */
export const checkProtocol = (protocol: Protocol): Effect.Effect<void, StageOptionError> =>
  Effect.try({
    try: () => {
      const { field = "scan", keep, size, target } = protocol
      window(protocol.window)
      slice({ field, keep, size })
      labelSplit(target)
      postprocess(protocol.postprocess)
    },
    catch: (error) => error as StageOptionError
  })
