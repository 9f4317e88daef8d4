/**
 * Options as plain data, such as a checkpoint compares. A tensor may be another at every step, so that it is known only that
 * there is one.
 */
export const plainOptions = (options: object): object =>
  Object.fromEntries(Object.entries(options).map(([option, value]) => [option, isTensor(value) ? "tensor" : value]))

const isTensor = (value: unknown): boolean => typeof value === "object" && value !== null && "dataId" in value
