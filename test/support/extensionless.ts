import { registerHooks } from "node:module"

// Lets plain Node load tfjs-core's own gradients, whose imports lack their endings; the published build has them bundled.
registerHooks({
  resolve: (specifier, context, next) => {
    try {
      return next(specifier, context)
    } catch (error) {
      if (!context.parentURL?.includes("/tfjs-core/")) throw error
      return next(`${specifier}.js`, context)
    }
  }
})
