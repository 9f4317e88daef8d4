import { ConfigError } from "../errors.ts"
import { agcafNet } from "./agcafNet.ts"
import { attentionUNet } from "./attentionUNet.ts"
import { ceNet } from "./ceNet.ts"
import { denseUNet } from "./denseUNet.ts"
import type { Network } from "./network.ts"
import { r2UNet } from "./r2UNet.ts"
import { transUNet } from "./transUNet.ts"
import { uNet } from "./uNet.ts"

/** Makes a network of its options, which are plain data. */
export type MakeNetwork = (config: never) => Network

/** Networks by the name that they carry. */
export type Networks = Readonly<Record<string, MakeNetwork>>

/** The networks of this library by the name that each carries: what turns a name in a file into a network again. */
export const NETWORKS = {
  agcafNet,
  attentionUNet,
  ceNet,
  denseUNet,
  r2UNet,
  transUNet,
  uNet
} as const satisfies Networks

/**
 * The network of a name and its options, as read from a file.
 *
 * @param own networks beside those of this library, by the name that they carry
 * @throws ConfigError for a name that nobody knows, or options that make no network
 *
 * @example
 * ```ts
 * const { config, name } = uNet({ width: 8 })
 * countParams(networkNamed(name, config).spec) // => 486409
 * ```
 */
export const networkNamed = (name: string, config: object, own: Networks = {}): Network => {
  const known: Networks = { ...NETWORKS, ...own }
  if (!Object.hasOwn(known, name)) {
    const names = Object.keys(known).join(", ")
    throw new ConfigError({ of: name, reason: `known are ${names}; give networks of your own as { ${name}: make }` })
  }
  // The options come from the network's own `config`; it checks them itself.
  return known[name](config as never)
}
