/**
 * What runs anywhere: reading and writing MIDI, melodies, trained models and generation. Nothing here imports Node.
 * @module
 */
export { readMidi } from './score/readMidi.ts'
export { MidiWriteError, writeMidi } from './score/writeMidi.ts'
export { MidiConversionError } from './score/midiConversionError.ts'
export type {
  Note,
  NoteSequence,
  QuantizedNote,
  QuantizedSequence,
  Tempo,
  TimeSignature,
} from './score/noteSequence.ts'
export { quantize } from './score/quantize.ts'
export { splitOnTimeChanges } from './score/splitOnTimeChanges.ts'

export {
  type DroppedTrack,
  type Extraction,
  type ExtractionOptions,
  extractMelodies,
  type TrackDropReason,
} from './melody/extractMelodies.ts'
export { DEFAULT_EXTRACTION, type ScorePart, scoreToMelodies } from './dataset/scoreToMelodies.ts'
export { type Melody, melodyFromEvents, NO_EVENT, NOTE_OFF } from './melody/melody.ts'
export { melodyToNoteSequence, type Performance } from './melody/melodyToNoteSequence.ts'
export { type AbcOptions, melodyToAbc } from './melody/written/melodyToAbc.ts'
export type { Mark, WrittenMetre } from './melody/written/writtenBars.ts'
export { compressMusicXml, melodyToMusicXml } from './melody/written/melodyToMusicXml.ts'

export { decodeWeights, encodeSafetensors, SafetensorsError } from './model/safetensors.ts'
export { initialWeights } from './model/weights.ts'
export type { ModelSpec, NamedTensor, NoteModelSpec, StepModelSpec, Weights } from './config/modelSpec.ts'
export { createMelodyModel, type MelodyModel } from './generation/continueMelody.ts'

export { compose, type Composition, type Recipe } from './generation/compose.ts'
export {
  type Continuation,
  type ContinuationOptions,
  continueMelody,
  logLikelihood,
  plainSampling,
  type SurpriseOptions,
  surprises,
} from './generation/continueMelody.ts'
export { checkControl, ControlError } from './generation/control/checkControl.ts'
export { createController, type Controller, type ControlledMelody } from './generation/control/controller.ts'
export { findTonality } from './generation/control/findTonality.ts'
export { parseKey } from './generation/control/keyText.ts'
export { type ModeName, MODE_NAMES, ROOT_NAMES, type Tonality, tonalityName } from './config/modes.ts'
export type { Control, ControlCost, Rewrite } from './results/control.ts'
export { rewriteBars, rewritePart, type RewriteRequest, type Rewritten } from './generation/rewriteBars.ts'
export { createListener, type Listener } from './generation/expectations.ts'
export { type Order, type OrderOptions, orders } from './generation/orders.ts'
export {
  PRIMER_NAMES,
  PrimerError,
  type PrimerMelody,
  primerOfEvents,
  primerOfScore,
  primers,
} from './generation/primers.ts'
export { findStarter, type StarterPrimer, starterPrimer, starterPrimers } from './generation/starterPrimers.ts'
export { mulberry32 } from './support/random.ts'
export { UserError } from './support/errors.ts'

export { type Batch, makeBatch, type Sequence, sequencesOf, wholeSequences } from './dataset/batches.ts'
export { inputRow, type MelodyEncoding, melodyEncoding } from './dataset/encoding.ts'
export { parameterShapes } from './model/weights.ts'
export { createStepper, type Stepper, type StepState } from './model/inference.ts'
export { type LstmLayer, lstmLayer, type LstmState, stepLayer } from './model/lstmInference.ts'
export { sigmoid, tanh } from './model/portableMath.ts'
export { unrollMelody, type UnrolledStep } from './model/unrollMelody.ts'
export { decode, type Decoding, inverseCdf, logProbability, softmax } from './generation/decode.ts'
export { transpose } from './melody/transform.ts'
export { eventName, pitchName } from './melody/pitchName.ts'
export { isPitch } from './melody/melody.ts'

export { type Token, tokensOf, eventsOfTokens } from './dataset/tokens.ts'
export { COMMON_TIME, hear, type Heard, noteInputRow, NOTHING_HEARD } from './dataset/noteInputs.ts'
export { type NoteReader, noteReader, type NoteState } from './model/notes/noteInference.ts'
export { eventProbabilities, type TokenDistribution } from './model/tokenDistribution.ts'

export {
  beforeStep,
  NOTHING_WATCHED,
  type Sight,
  sightsOf,
  type StepEvent,
  watch,
  type Watched,
} from './dataset/otherVoice.ts'
export type { BesideDistribution } from './model/notes/noteInference.ts'
export { pitchProbabilities } from './model/tokenDistribution.ts'
export {
  createPartner,
  DUET_CLOCKS,
  DUET_SETTINGS,
  type DuetClock,
  type DuetDecision,
  duetPlace,
  type DuetSettings,
  type DuetStart,
  type DuetState,
  type Foreseen,
  type Partner,
  playDuet,
  type PlayedDuet,
  type PlayOptions,
  type Weighed,
} from './duet/partner.ts'
export { DUET_MODES, type DuetMode } from './config/duetModes.ts'
export {
  type Candidate,
  type DuetPlace,
  PENALTIES,
  ruleScore,
  type RuleSettings,
  silenceScore,
  wantedStep,
} from './duet/rules.ts'
export { hearKey, NO_KEY, type RunningKey, tonalityOf } from './duet/runningKey.ts'
export { chooseMode, learnMode, type ModeBandit, newBandit } from './duet/modeBandit.ts'
export { type HeardDuet, type HeardNote, performLine, type Performer, playHeard } from './duet/playHeard.ts'
export { type DuetMeasures, measureDuet } from './duet/measureDuet.ts'
export { type StarterPerformer, starterPerformers } from './duet/starterPerformers.ts'
export { twoVoiceScore } from './study/voices/passageMidi.ts'
