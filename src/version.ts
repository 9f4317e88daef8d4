/** The version of this library, as in its package.json: part of what determines a result. */
export const VERSION = "0.1.0"
