export * from "./phantom.ts"
