import Management
