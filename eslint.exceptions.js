/**
 * Files that have functions of more than three parameters, by the most that one of theirs has: no more may come. Among them
 * are rooms that are not restructured for it (score/, inference, the kernels of the model, compose).
 */
export const manyParameters = {
  4: [
    'scripts/doctor.mjs',
    'site/build/buildSite.ts',
    'site/build/finishSite.ts',
    'site/build/printPage.ts',
    'site/build/shareCards.ts',
    'site/src/lib/chartData.ts',
    'site/src/lib/unrolled.ts',
    'site/src/scripts/play/piano.ts',
    'site/src/scripts/play/settings.ts',
    'src/charts/iterations.ts',
    'src/charts/musical.ts',
    'src/charts/pianoRoll.ts',
    'src/charts/tuner.ts',
    'src/cli/generate.ts',
    'src/corpus/archives.ts',
    'src/corpus/corpus.ts',
    'src/corpus/declared.ts',
    'src/corpus/downloadWithPip.ts',
    'src/corpus/fetchCorpus.ts',
    'src/dataset/batches.ts',
    'src/dataset/conversionLog.ts',
    'src/dataset/selectPart.ts',
    'src/dataset/shard.ts',
    'src/dataset/sharedStretch.ts',
    'src/dataset/storedDataset.ts',
    'src/evaluation/intervals.ts',
    'src/evaluation/musical/structure.ts',
    'src/evaluation/musicalProfile.ts',
    'src/generation/generate.ts',
    'src/generation/orders.ts',
    'src/melody/transform.ts',
    'src/model/adam.ts',
    'src/model/attentionInference.ts',
    'src/model/metricSums.ts',
    'src/model/nativeOperations.ts',
    'src/notebook/notebookStudy.ts',
    'src/score/abcPlayOrder.ts',
    'src/score/writeMidi.ts',
    'src/study/corpusReport.ts',
    'src/study/summarize.ts',
    'src/support/readableJson.ts',
    'src/support/terminal/cliEffects.ts',
    'src/support/terminal/foreground.ts',
    'src/training/averaging.ts',
    'src/training/gradientSource.ts',
    'src/training/runDirectory.ts',
    'src/training/transfer.ts',
    'src/tuner/agent.ts',
    'src/tuner/jaques.ts',
    'src/tuner/measure.ts',
    'src/tuner/motifs.ts',
    'src/tuner/presets.ts',
    'src/tuner/tunerConfig.ts',
    'tests/audio/soundMeasures.ts',
    'tests/charts/charts.test.ts',
    'tests/study/listRuns.test.ts',
    'tests/e2e/shards.test.ts',
    'tests/evaluation/fidelity.test.ts',
    'tests/goldens/rlTuner.test.ts',
    'tests/model/safetensors.test.ts',
    'tests/score/writeMidi.test.ts',
    'tests/site/standInStudy.ts',
    'tests/site/visitPages.ts',
    'tests/study/corpusReport.test.ts',
    'src/evaluation/idyom/idyomModel.ts',
    'src/study/evaluateModel.ts',
    'tests/cli/oldSpellings.test.ts',
  ],
  5: [
    'bench/fuzz.ts',
    'scripts/setup/steps.mjs',
    'site/src/lib/figures.ts',
    'site/src/scripts/play/stage.ts',
    'src/charts/evaluation.ts',
    'src/corpus/zipEntries.ts',
    'src/dataset/convertAll.ts',
    'src/dataset/encoding.ts',
    'src/dataset/storePart.ts',
    'src/evaluation/musical/motifs.ts',
    'src/evaluation/numerical.ts',
    'src/generation/continueMelody.ts',
    'src/model/affine.ts',
    'src/model/attentionKernels.ts',
    'src/model/inference.ts',
    'src/model/lstmKernels.ts',
    'src/model/melodyRnn.ts',
    'src/results/tunerReport.ts',
    'src/study/musicalStudy.ts',
    'src/study/reproduce.ts',
    'src/study/tuneModel.ts',
    'src/study/tunerStudy.ts',
    'src/training/checkTraining.ts',
    'tests/fuzz/fuzzCase.ts',
    'tests/score/abcCauses.ts',
  ],
  6: [
    'src/corpus/download.ts',
    'src/dataset/buildDataset.ts',
    'src/training/train.ts',
    'src/tuner/environment.ts',
    'src/tuner/tune.ts',
  ],
  7: ['src/evaluation/claims.ts'],
}

/** Files with a function of more than 40 lines: which it is, and how long it may be. */
export const longFunctions = {
  // One function, because a notebook's output holds its text.
  'src/notebook/attachPlayers.ts': 45,
  'site/src/lib/settings.ts': 58, // settingGroups
  'site/src/scripts/play/stage.ts': 41, // drawHeat
  'src/charts/bars.ts': 41, // sourceFunnelSpec
  'src/charts/corpus.ts': 46, // yieldsSpec, leakHistogramSpec
  'src/charts/evaluation.ts': 55, // scorePanel, curvePanel
  'src/charts/iterations.ts': 42, // panelSpec
  'src/charts/musical.ts': 61, // bandPanel, contrastsSpec, fidelitySpec, noveltySpec, motifMapSpec
  'src/charts/tuner.ts': 65, // methodsSpec, probabilitySpec, tunedModesSpec, tradeSpec
  'src/cli/generate.ts': 60, // registerGenerate
  'src/corpus/card.ts': 51, // sourceTables
  'src/dataset/conversionLog.ts': 42, // openConversionLog
  'src/dataset/encoding.ts': 52, // attentionEncoding
  'src/evaluation/baselines.ts': 45, // baselineScores
  'src/model/melodyRnn.ts': 63, // melodyRnn
  'src/study/musicalStudy.ts': 48, // musicalStudy
  'src/study/tunerStudy.ts': 47, // verdicts
  'src/training/train.ts': 80, // trainOn
  'src/tuner/tune.ts': 66, // tuneOn
}
