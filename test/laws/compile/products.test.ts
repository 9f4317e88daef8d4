import { agreesInOneGraph } from "./ops/agreement.ts"
import { products } from "./ops/products.ts"
import { special } from "./ops/special.ts"

agreesInOneGraph("products, and kernels that look rows up", products)
agreesInOneGraph("products, and kernels that look rows up, at special numbers,", special(products))
