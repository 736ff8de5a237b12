/** What an empty query field says. */
export const EXAMPLE = 'AimQL, e.g. run.hparams.lr < 0.01 and run.experiment == "tuned"'
