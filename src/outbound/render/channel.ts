// What the two ends of the channel to the process of expressions agree on.

/** The file descriptor of the channel inside the process. */
export const CHANNEL = 3;

/** Exit code of a process that worked long enough and asks to be replaced. */
export const RETIRED = 90;
