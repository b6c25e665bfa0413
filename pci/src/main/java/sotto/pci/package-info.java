@NullMarked
package sotto.pci;

import org.jspecify.annotations.NullMarked;
