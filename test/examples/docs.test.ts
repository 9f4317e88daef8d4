import { describeBlocks } from "./markdown.ts"

describeBlocks("docs/guide.md")
describeBlocks("docs/metrics.md")
