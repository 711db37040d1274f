import { basename, join } from 'node:path'
import { runFiles } from '../training/runDirectory.ts'

/** Where everything of a tuning lies; the policy where `cantus generate` looks for a run's weights. */
export function tunerFiles(folder: string) {
  const { metrics, tensorBoard, checkpoint } = runFiles(folder)
  return {
    run: basename(folder),
    /** The resolved TunerConfig. Not a training run's name: it lists none. */
    config: join(folder, 'tuner.json'),
    /** One TunerRow per line. */
    metrics,
    tensorBoard,
    /** The tuned policy, fp16, once the run is finished. */
    policy: checkpoint,
    /** What an interrupted run resumes from. */
    state: join(folder, 'tuner-state.safetensors'),
  }
}
/** Paths of the files of a tuning run. */
export type TunerFiles = ReturnType<typeof tunerFiles>

/** `<data>/runs/tuned/<run>` */
export const tunedRunFolder = (dataFolder: string, run: string): string => join(dataFolder, 'runs', 'tuned', run)
