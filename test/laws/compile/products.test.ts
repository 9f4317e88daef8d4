import { agreesInOneGraph } from "./ops/agreement.ts"
import { products } from "./ops/products.ts"

agreesInOneGraph("products, and kernels that look rows up", products)
