import { pyTorchNames } from "./names.ts"

/**
 * What LeeJunHyun/Image_Segmentation calls the parameters of its U-Nets, with or without gates: the levels count from 1 on
 * the way down and from 5 to 2 on the way up.
 */
export const leeJunHyunNames = pyTorchNames([
  ...[0, 1, 2, 3, 4].map((i) => [new RegExp(`^encoder\\.${i}\\b`), `Conv${i + 1}.conv`] as const),
  ...[0, 1, 2, 3].flatMap((i) => [
    [new RegExp(`^decoder\\.${i}\\.rise\\.conv$`), `Up${5 - i}.up.1`] as const,
    [new RegExp(`^decoder\\.${i}\\.rise\\.norm$`), `Up${5 - i}.up.2`] as const,
    [new RegExp(`^decoder\\.${i}\\.gate\\b`), `Att${5 - i}`] as const,
    [new RegExp(`^decoder\\.${i}\\.block\\b`), `Up_conv${5 - i}.conv`] as const
  ]),
  [/^head$/, "Conv_1x1"],

  [/^(Att\d)\.signal\b/, "$1.W_g"],
  [/^(Att\d)\.skip\b/, "$1.W_x"],
  [/^(Att.*)\.conv$/, "$1.0"],
  [/^(Att.*)\.norm$/, "$1.1"],

  // Recurrent blocks have a name of their own where double convolutions are called Conv.
  [/^Conv(\d)\.conv\.(project|recurrent)\b/, "RRCNN$1.$2"],
  [/^Up_conv(\d)\.conv\.(project|recurrent)\b/, "Up_RRCNN$1.$2"],
  [/\.project$/, ".Conv_1x1"],
  [/\.recurrent\.(\d)\.conv$/, ".RCNN.$1.conv.0"],
  [/\.recurrent\.(\d)\.norm$/, ".RCNN.$1.conv.1"],

  [/\.0\.conv$/, ".0"],
  [/\.0\.norm$/, ".1"],
  [/\.1\.conv$/, ".3"],
  [/\.1\.norm$/, ".4"]
])
