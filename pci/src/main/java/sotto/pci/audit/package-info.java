@NullMarked
package sotto.pci.audit;

import org.jspecify.annotations.NullMarked;
