@NullMarked
package sotto.pci.psp.connector;

import org.jspecify.annotations.NullMarked;
