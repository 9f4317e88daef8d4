/** Bytes or text as a link that needs no network. */
export const dataUri = (content: Uint8Array | string, type: string): string =>
  typeof content === "string"
    ? `data:${type};charset=utf-8;base64,${base64(new TextEncoder().encode(content))}`
    : `data:${type};base64,${base64(content)}`

/** As many arguments as every engine takes. */
const CHUNK = 8192

const base64 = (bytes: Uint8Array): string => {
  let text = ""
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  return btoa(text)
}

/** A name for a file, of letters, digits and hyphens. */
export const fileName = (title: string): string =>
  title
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "file"
