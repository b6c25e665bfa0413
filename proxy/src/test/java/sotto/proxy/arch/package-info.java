/** The arrows of the design, checked on the class files of all modules. */
@NullMarked
package sotto.proxy.arch;

import org.jspecify.annotations.NullMarked;
