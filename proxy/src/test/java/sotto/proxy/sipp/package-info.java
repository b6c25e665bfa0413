/** SIPp on every side of the program: one row for each thing that a carrier's engineer would try. */
@NullMarked
package sotto.proxy.sipp;

import org.jspecify.annotations.NullMarked;
