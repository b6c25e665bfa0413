/** Figures as pages and pictures. */
@NullMarked
package sotto.perf.report;

import org.jspecify.annotations.NullMarked;
