export * from "./agcafNet.ts"
export * from "./network.ts"
