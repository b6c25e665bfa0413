/** The relay side by side with its peer: the same packets through both, in turns. */
@NullMarked
package sotto.perf.relay;

import org.jspecify.annotations.NullMarked;
