/** A file that a run wrote. */
export interface Written {
  readonly caseId: string
  readonly path: string
  readonly bytes: number
}
