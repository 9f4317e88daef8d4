export { TaggedError } from "./errors.ts"
export * as modules from "./modules/index.ts"
export * as random from "./random/index.ts"
export * as volume from "./volume/index.ts"
