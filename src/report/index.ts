export * from "./gray.ts"
export * from "./montage.ts"
export * from "./overlay.ts"
