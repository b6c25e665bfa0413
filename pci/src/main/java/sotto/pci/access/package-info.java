@NullMarked
package sotto.pci.access;

import org.jspecify.annotations.NullMarked;
