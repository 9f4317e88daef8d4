/** What the header of a phantom's file says of it, wherever the file goes, so that it is never taken for a patient. */
export const PHANTOM_MARK = "hepaflow phantom"
