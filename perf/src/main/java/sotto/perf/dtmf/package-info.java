/** Key presses under many conditions: how they sound, and what can be told of them from what came out. */
@NullMarked
package sotto.perf.dtmf;

import org.jspecify.annotations.NullMarked;
