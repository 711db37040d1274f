/** How two models become one: by their weights, or by the probabilities that both give each event. */
export const DIAL_WAYS = ['weights', 'outputs'] as const
/** Name of a way. */
export type DialWay = (typeof DIAL_WAYS)[number]
