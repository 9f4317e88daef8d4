import type { Network } from "../modules/networks/network.ts"
import { type Networks, networkNamed } from "../modules/networks/registry.ts"

/** A network, or the name of one with its options, as a file has it. */
export type NetworkChoice = Network | { readonly name: string; readonly config?: object }

/**
 * The network of a choice.
 *
 * @param own networks beside those of this library, by the name that they carry
 * @throws ConfigError for a name that nobody knows, or options that make no network
 */
export const networkOf = (choice: NetworkChoice, own?: Networks): Network =>
  "forward" in choice ? choice : networkNamed(choice.name, choice.config ?? {}, own)
