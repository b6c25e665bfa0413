@NullMarked
package sotto.pci.psp;

import org.jspecify.annotations.NullMarked;
