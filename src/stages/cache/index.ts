export { type CacheOptions, type CacheStage, cache } from "./cache.ts"
export * from "./cacheError.ts"
export {
  type CaseInfo,
  type Dataset,
  type OrderOptions,
  order,
  type PackedSample,
  type Places,
  type SampleInfo,
  samples,
  shuffled,
  subset
} from "./dataset.ts"
