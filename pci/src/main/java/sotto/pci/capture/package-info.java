@NullMarked
package sotto.pci.capture;

import org.jspecify.annotations.NullMarked;
