import { describeBlocks } from "./markdown.ts"

describeBlocks("README.md")
