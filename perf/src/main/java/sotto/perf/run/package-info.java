/** What every bench shares: the program in a process of its own, the machine beside it, figures and bars. */
@NullMarked
package sotto.perf.run;

import org.jspecify.annotations.NullMarked;
