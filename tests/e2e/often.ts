/** How often something is tried that chance decides: a few times, and many times in `npm run test:slow`. */
export const often = <T>(few: T, many: T): T => (process.env['CANTUS_TEST_OFTEN'] === '1' ? many : few)
