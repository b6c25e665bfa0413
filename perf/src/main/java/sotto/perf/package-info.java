@NullMarked
package sotto.perf;

import org.jspecify.annotations.NullMarked;
