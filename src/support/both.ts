/** What is made of each of two. @example both([-1, 2], Math.abs) // [1, 2] */
export const both = <A, B>([first, second]: readonly [A, A], make: (one: A) => B): [B, B] => [make(first), make(second)]
