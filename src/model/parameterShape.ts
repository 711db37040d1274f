/** What a tensor of a model is called, and its shape. */
export interface ParameterShape {
  readonly name: string
  readonly shape: readonly number[]
}
