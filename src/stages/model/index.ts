export * from "./loadModel.ts"
export * from "./model.ts"
export { ModelError } from "./modelFolder.ts"
export * from "./saveModel.ts"
